"""What is needed to run and check the project. Standard library only; imports nothing of the server."""
