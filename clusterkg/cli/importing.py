"""`clusterkg import`: a file of series, as it was downloaded, into a store on disk."""

from __future__ import annotations

import signal
import sys
import threading

from clusterkg.cli.options import NO, YES, add_data
from clusterkg.errors import DataError, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from clusterkg.series.importing import Result

__all__ = ["fill", "run"]


def fill(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("file", nargs="?", help="a CSV file of series, or the zip archive that it came in")
    parser.add_argument("--store", metavar="FOLDER", required=True, help="the store, which is made where there is none")
    parser.add_argument(
        "--indicator",
        metavar="CODE",
        action="append",
        default=[],
        help="take this indicator alone; of a file that does not say which it holds, the one that it is",
    )
    parser.add_argument("--label", metavar="TEXT", default="", help="what the indicator of such a file is called")
    parser.add_argument("--countries", metavar="CODES", default="", help="take these alone, as BRA,MEX")
    parser.add_argument("--years", metavar="YEARS", default="", help="take these alone, as 1990-2005")
    parser.add_argument("--name", metavar="NAME", default="", help="what to call the data set")
    parser.add_argument(
        "--vintage", metavar="DATE", default="", help="of when the figures are, where the file does not say"
    )
    parser.add_argument("--replace", action="store_true", help="remove earlier data sets of the same indicators for it")
    parser.add_argument(
        "--rebuild", action="store_true", help="instead of a file: build the store again from the files it records"
    )
    add_data(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from clusterkg.series.choices import Choice
    from clusterkg.series.importing import Order, import_file, rebuild

    if options.rebuild == bool(options.file):
        fault = "takes no file" if options.rebuild else "needs a file"
        raise ParameterError(
            fault, place="--rebuild" if options.rebuild else "import", remedy="see clusterkg import -h"
        )
    progress = _progress if sys.stderr.isatty() else None
    _heed_ends()
    try:
        if options.rebuild:
            results, faults = rebuild(
                options.store, folders=options.data, without_missing=options.replace, progress=progress
            )
            for fault in faults:
                print(f"clusterkg: not as it was: {fault}", file=sys.stderr)
        else:
            choice = Choice(options.indicator, [code for code in options.countries.split(",") if code], options.years)
            order = Order(
                options.file,
                choice,
                label=options.label,
                name=options.name,
                vintage=options.vintage,
                replace=options.replace,
            )
            results = [import_file(order, options.store, folders=options.data, progress=progress)]
    except DataError as error:
        print(f"clusterkg: {error}", file=sys.stderr)
        return NO
    finally:
        _wipe(progress)
    for result in results:
        _tell(result)
    return YES


def _heed_ends() -> None:
    """Let a terminal that closes, or a system that goes down, stop an import as Ctrl-C does, so that it clears up."""
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            # What nohup ignores stays ignored.
            if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) == signal.SIG_DFL:
                signal.signal(getattr(signal, name), signal.default_int_handler)


def _tell(result: Result) -> None:
    about = result.about
    if result.changed:
        indicators = about["codes"]
        noun = "observation" if about["observations"] == 1 else "observations"
        countries = "country" if about["countries_with_values"] == 1 else "countries"
        which = ", ".join(indicators) if len(indicators) <= 3 else f"{len(indicators):,} indicators"
        sentences = [
            f"{about['file']} is {about['format']}"
            + (f", last updated {about['vintage']}" if about["vintage"] else ", which does not say of when it is"),
            f"{about['name']}: {about['observations']:,} {noun} of {which}, {about['span']}, "
            f"{about['countries_with_values']} {countries}",
        ]
        if about["aggregates"]:
            sentences.append(f"{about['aggregates']:,} of them are of areas that are no country, and join no case")
        if result.tally.missing:
            sentences.append(f"{result.tally.missing:,} cells are blank: no observation, and no zero")
        print("\n".join(f"clusterkg: {sentence}" for sentence in sentences), file=sys.stderr)
    for note in [*result.tally.sentences, *result.notes]:
        print(f"clusterkg: {note}", file=sys.stderr)
    print(about["name"])


def _progress(share: float, observations: int) -> None:
    sys.stderr.write(f"\r{share:4.0%}  {observations:,} observations ")
    sys.stderr.flush()


def _wipe(progress: Callable[[float, int], None] | None) -> None:
    if progress is not None:
        sys.stderr.write("\r" + " " * 40 + "\r")
