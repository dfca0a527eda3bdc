"""nbgrader's configuration: read by nbgrader, the formgrader and the autograder from the course folder."""

import os

from autograder.seams import plug_in
from coursekit.tweets import cache_folder

c = get_config()  # noqa: F821  # traitlets puts get_config there when it reads this file

c.CourseDirectory.course_id = "trax-sentiment"
# The only place where an assignment is edited, and what students get.
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
# All that comes into being while grading.
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
c.CourseDirectory.db_url = "sqlite:///grading/gradebook.db"

# What a student sees in place of a solution.
c.ClearSolutions.code_stub = {"python": "# Your code here\nraise NotImplementedError"}
c.ClearSolutions.text_stub = "*Your answer here.*"

# What reads, repairs, executes and judges submissions; it takes the relative paths above from this folder.
plug_in(c)
# A kernel's remarks on its own start are not a student's business (this is for nbgrader's Validate button).
c.Execute.extra_arguments = ["--IPKernelApp.log_level=ERROR"]
c.Execute.timeout = 120  # seconds per cell
c.Execute.notebook_timeout = 900  # seconds for all cells together
# Student code can read the system and this environment. It can also read these packages and the public data.
c.SandboxProvisioner.packages = ["autograder", "coursekit"]
c.SandboxProvisioner.readable = [str(cache_folder())]
# One thread for NumPy: a process of several cannot be forked, and the cores are for several submissions.
c.SandboxProvisioner.environment = {"COURSEKIT_CACHE": str(cache_folder().parent), "OPENBLAS_NUM_THREADS": "1"}
if corpora := os.environ.get("NLTK_DATA"):
    c.SandboxProvisioner.readable += corpora.split(os.pathsep)
    c.SandboxProvisioner.environment["NLTK_DATA"] = corpora
# XLA programs that the solutions compiled need not be compiled again: read, never written, by submissions.
programs = {
    "JAX_COMPILATION_CACHE_DIR": "{cache}",
    "JAX_PERSISTENT_CACHE_ENABLE_XLA_CACHES": "none",  # otherwise the folder's name is part of each program's key
}
c.Reference.cache_writer = programs | {"JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
c.SandboxProvisioner.cache_reader = programs | {"JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "1e9"}
# Tweets are tokenized once, before kernels are forked.
c.Reference.preload = {"coursekit.tweets": "coursekit.preload_tweets"}
# What the judge may look up: label sets, and the packages whose source decides what a solution records.
c.Judge.labels = {"tweets-test": "coursekit.held_out.held_out_labels"}
c.Reference.depends_on = ["autograder", "coursekit", "trax_runtime"]
# What `autograder student-edition` gives to students, besides the released assignments.
c.StudentEdition.folders = ["course", "coursekit", "runtime"]
c.StudentEdition.exclude = ["coursekit/held_out.py", "coursekit/preload_tweets.py", "course/slides.toml"]
c.StudentEdition.files = {
    "LICENSE": "LICENSE",
    "student/Makefile": "Makefile",
    "student/gitignore": ".gitignore",
    "student/requirements.txt": "requirements.txt",
}
c.StudentEdition.templates = {"student/README.md": "README.md", "student/handin.toml": "handin.toml"}
