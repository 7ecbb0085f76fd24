"""The command `tsunagu`: for operators, for process designers at a terminal, and for automata.

One module per noun; `door` holds what they share. `main` is the entry point and the only place that exits.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click
from sqlalchemy.exc import OperationalError

from engine.errors import EngineError
from forms.compiler import AnswersRejected
from forms.sentences import Sentence
from web import log
from web.cli import audit, bench, casework, definitions, door, founding, people, running, schema, town_clock
from web.errors import Malformed


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="tsunagu", prog_name="tsunagu")
def tsunagu() -> None:
    """Tsunagu: one unbroken thread of support from the pregnancy notification to the first day of school."""


for _noun in (running, schema, founding, definitions, casework, town_clock, people, audit, bench):
    for _command in _noun.COMMANDS:
        tsunagu.add_command(_command)


def main() -> None:
    """Entry point: run the command line and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; faults become one line on standard error and the code 2."""
    try:
        result = tsunagu.main(args=list(arguments), prog_name="tsunagu", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.exceptions.NoArgsIsHelpError as help_wanted:
        click.echo(help_wanted.format_message(), err=True)
        return 2
    except click.exceptions.Abort:
        return _fault("interrupted")
    except click.ClickException as fault:
        return _fault(fault.format_message())
    except AnswersRejected as error:
        return _fault(door.rejected(error.errors))
    except Malformed as error:
        return _fault(door.say(error.sentence))
    except EngineError as error:
        return _fault(door.in_words(error))
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - so that closing standard output at exit does not fail too
        return 2
    except Exception as error:  # the last door: no traceback for an operator, but its places in the log
        if isinstance(error, OperationalError) and error.statement is None:  # it failed while connecting
            return _fault(door.say(_NO_DATABASE))
        log.unexpected(error, "command")
        return _fault(f"unexpected: {type(error).__name__}")


_NO_DATABASE = Sentence(
    "データベースにつながりません。TSUNAGU_DATABASE_URL と、データベースが動いていることをご確認ください。",
    "The database cannot be reached; check TSUNAGU_DATABASE_URL and that the database is running.",
)


def _fault(text: str) -> int:
    click.echo("tsunagu: " + " ".join(text.split()), err=True)
    return 2
