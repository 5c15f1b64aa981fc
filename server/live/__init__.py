"""
Fan-out: what changed in a view is encoded once, framed once, and the same bytes are written to every socket.

The live layer knows no state of a symposium. The node builds views and pushes them into a `Channel` of the `Hub`.
"""
