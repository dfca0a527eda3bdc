"""nbgrader's configuration: read by nbgrader, the formgrader and the autograder from the course folder."""

import os
import sys
from pathlib import Path

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters import Autograde
from nbgrader.preprocessors import GetGrades

from autograder.execute import Execute
from autograder.feedback import Feedback
from autograder.intake import Intake, set_aside
from autograder.judge import Judge
from autograder.pages import ModelAnswers, NoOtherHost
from autograder.sanitize import Sanitize
from coursekit.tweets import cache_folder

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

# Submissions: read as what they are, anybody's bytes, then made harmless, then executed, then judged, and only then
# entered in the gradebook.
c.Autograde.pre_convert_hook = set_aside
c.Autograde.exporter_class = Intake
c.Autograde.sanitize_preprocessors = [Sanitize, *Autograde.sanitize_preprocessors.default()]
stock = {step.__name__: step for step in Autograde.autograde_preprocessors.default()} | {"Execute": Execute}
after_execution = list(stock).index("SaveAutoGrades")
steps = list(stock.values())
c.Autograde.autograde_preprocessors = [*steps[:after_execution], Judge, *steps[after_execution:]]
# A kernel's remarks on its own start are not the instructor's business.
c.Execute.extra_arguments = ["--IPKernelApp.log_level=ERROR"]
c.Execute.timeout = 120  # seconds a cell
c.Execute.notebook_timeout = 900  # seconds for all cells together
# What student code has in reach, beside the system and this environment: these packages, and the public data.
c.SandboxProvisioner.packages = ["autograder", "coursekit"]
c.SandboxProvisioner.readable = [str(cache_folder())]
c.SandboxProvisioner.environment = {"COURSEKIT_CACHE": str(cache_folder().parent)}
if corpora := os.environ.get("NLTK_DATA"):
    c.SandboxProvisioner.readable += corpora.split(os.pathsep)
    c.SandboxProvisioner.environment["NLTK_DATA"] = corpora
# Feedback shows verdicts and hints, never the source of a hidden test, nor what may quote it.
c.GenerateFeedback.preprocessors = [GetGrades, Feedback, CSSHTMLHeaderPreprocessor]
# Pages of graded notebooks ask no other host for anything; the formgrader's have the model answers beside the written.
c.HTMLExporter.preprocessors = [NoOtherHost, ModelAnswers]

# What the judge may look up: label sets, and the packages whose source decides what a solution records.
c.Judge.labels = {"tweets-test": "coursekit.tweets.held_out_labels"}
c.Reference.depends_on = ["autograder", "coursekit"]
