import click


def main():
    click.echo("Hello from Python")
