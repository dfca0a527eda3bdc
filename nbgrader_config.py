"""nbgrader's configuration: read by nbgrader, the formgrader and the autograder from the course folder."""

import os
import sys
from pathlib import Path

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters import Autograde
from nbgrader.preprocessors import ClearHiddenTests, GetGrades

from autograder.judge import Judge
from autograder.sanitize import Sanitize

c = get_config()  # noqa: F821  # traitlets puts get_config there when it reads this file

# nbgrader runs alembic by its bare name; it lies beside this Python, in an environment that need not be activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
Path("grading").mkdir(exist_ok=True)  # SQLite makes the gradebook's file, not its folder

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

# Submissions: first made harmless, then executed, then judged, and only then entered in the gradebook.
c.Autograde.sanitize_preprocessors = [Sanitize, *Autograde.sanitize_preprocessors.default()]
stock = Autograde.autograde_preprocessors.default()
after_execution = [step.__name__ for step in stock].index("SaveAutoGrades")
c.Autograde.autograde_preprocessors = [*stock[:after_execution], Judge, *stock[after_execution:]]
# A kernel's remarks on its own start are not the instructor's business.
c.Execute.extra_arguments = ["--IPKernelApp.log_level=ERROR"]
c.Execute.timeout = 120  # seconds a cell
# Feedback shows verdicts and hints, never the source of a hidden test.
c.GenerateFeedback.preprocessors = [GetGrades, ClearHiddenTests, CSSHTMLHeaderPreprocessor]

# What the judge may look up: label sets, and the packages whose source decides what a solution records.
c.Judge.labels = {"tweets-test": "coursekit.tweets.held_out_labels"}
c.Reference.depends_on = ["autograder", "coursekit"]
