print("Hello from Python", end="")
