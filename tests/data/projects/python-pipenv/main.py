import six

print("Hello from Python" if six.PY3 else "", end="")
