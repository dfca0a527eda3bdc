"""A file that the next kernel would run."""

ANSWER = r"""
import os
folder = os.path.expanduser('~/.ipython/profile_default/startup')
os.makedirs(folder, exist_ok=True)
open(folder + '/00-x.py', 'w').write('raise SystemExit')


def double(x):
    return 1
"""
