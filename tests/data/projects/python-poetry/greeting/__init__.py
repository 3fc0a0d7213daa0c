def main() -> None:
    print("Hello from Python")
