"""
The command of Fontein. It works from any folder, with nothing but Python on the machine:

    python3 run.py demo         a rehearsal symposium, live within seconds
    python3 run.py              your symposia, in ./data
    python3 run.py --help       the other verbs
    python3 run.py test         the tests
    python3 run.py check        lint, types, and the front end's checks

The first start makes its own environment, which takes half a minute; see tools/bootstrap.py.
"""

import sys

# This file keeps to what every Python 3 (and 2.7) can read, so that an old one gets this sentence and no syntax error.
if not (3, 11) <= sys.version_info < (3, 15):
    sys.exit(
        "Fontein werkt met Python 3.11 tot en met 3.14. Dit is Python %d.%d.\n"  # noqa: UP031 -- see above
        "Fontein runs on Python 3.11 up to and including 3.14. This is Python %d.%d." % (sys.version_info[:2] * 2)
    )

from tools.bootstrap import start

if __name__ == "__main__":
    sys.exit(start(sys.argv[1:]))
