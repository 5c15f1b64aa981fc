"""Sources: a folder per network, which all come in by the same door (`contract.py`), and the runner that minds them."""
