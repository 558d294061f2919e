"""The commands and their help. Each imports what it needs when it runs, so that help and version answer at once."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from pipeline.cli import options, schema_commands
from pipeline.cli.bundles import bundled
from pipeline.cli.options import Format
from pipeline.version import __version__

app = typer.Typer(
    name="contactprep",
    help="Take a contact CSV as people really send it, and get it into the CRM with every record accounted for.",
    epilog="Exit status: 0 fine, 1 findings, 2 usage, 3 unreadable input, 4 upload failed or unsettled, "
    "5 some records refused, 6 folder busy, 70 our fault, 74 cannot write, 130 interrupted, 143 terminated.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def command(arguments: Sequence[str]) -> Callable[..., Any]:
    """Return the command as a callable of these arguments.

    Where they begin with a command's name it has that one only: Typer takes a millisecond and more for each.
    """
    named = [one for one in app.registered_commands if getattr(one.callback, "__name__", None) in arguments[:1]]
    if not named:
        return typer.main.get_command(app)
    only = copy.copy(app)
    only.registered_commands, only.registered_groups = named, []
    return typer.main.get_command(only)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"contactprep {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version")
    ] = False,
) -> None:
    pass


@app.command()
@bundled
def check(
    files: options.Files,
    judging: options.JudgingOptions,
    reading: options.ReadingOptions,
    running: options.RunningOptions,
    output: options.Output = Format.TEXT,
) -> int:
    """Say what is wrong with a file, and write nothing."""
    from pipeline.cli import preparing

    return preparing.check_files(files, judging, reading, running, output)


@app.command()
@bundled
def prepare(
    file: options.File,
    *,
    out: options.Out = None,
    judging: options.JudgingOptions,
    reading: options.ReadingOptions,
    running: options.RunningOptions,
    output: options.Output = Format.TEXT,
) -> int:
    """Write a folder with the clean file, the rejects with their reasons, every change and every finding."""
    from pipeline.cli import preparing

    return preparing.prepare_file(file, out, judging, reading, running, output)


@app.command()
@bundled
def inspect(
    file: options.File,
    *,
    rows: Annotated[
        bool, typer.Option("--rows", help="Print every record as it was read, a line of JSON each")
    ] = False,
    reading: options.ReadingOptions,
    output: options.Output = Format.TEXT,
) -> int:
    """Say how a file is read, where it is broken, and what its columns hold."""
    from pipeline.cli import inspecting

    return inspecting.inspect_file(file, reading, rows, output)


@app.command()
@bundled
def upload(
    folder: options.Folder,
    *,
    sending: options.SendingOptions,
    resume: options.Resume = False,
    again: options.Again = False,
    dry_run: options.DryRun = False,
    output: options.Output = Format.TEXT,
) -> int:
    """Send a prepared folder, follow its jobs, and say what became of each record.

    The connection comes from CONTACTPREP_BASE_URL, CONTACTPREP_ELEMENT_TOKEN and CONTACTPREP_USER_SECRET, or from
    contactprep.toml. An upload that was interrupted goes on where it stopped; one that is finished is not sent again.
    """
    if dry_run:
        from pipeline.cli import foreseeing

        return foreseeing.foresee_upload(folder, sending, again, output)
    from pipeline.cli import sending as command

    return command.upload_folder(folder, sending, resume, again, output)


@app.command()
@bundled
def run(
    file: options.File,
    *,
    out: options.Out = None,
    judging: options.JudgingOptions,
    reading: options.ReadingOptions,
    running: options.RunningOptions,
    sending: options.SendingOptions,
    output: options.Output = Format.TEXT,
) -> int:
    """Prepare a file and upload the accepted records."""
    from pipeline.cli import sending as command

    return command.run_file(file, out, judging, reading, running, sending, output)


@app.command()
@bundled
def objects(where: options.ConnectionOptions, output: options.Output = Format.TEXT) -> int:
    """List the objects that the platform can load into."""
    from pipeline.cli import sending

    return sending.list_objects(where, output)


@app.command()
@bundled
def status(
    job: Annotated[str, typer.Argument(metavar="ID")],
    where: options.ConnectionOptions,
    output: options.Output = Format.TEXT,
) -> int:
    """Ask the platform for the state of a job."""
    from pipeline.cli import sending

    return sending.show_status(job, where, output)


@app.command()
@bundled
def errors(
    job: Annotated[str, typer.Argument(metavar="ID")],
    where: options.ConnectionOptions,
    output: options.Output = Format.TEXT,
) -> int:
    """Print the errors of a job, all pages of them."""
    from pipeline.cli import sending

    return sending.show_errors(job, where, output)


@app.command()
@bundled
def jobs(where: options.ConnectionOptions, local: options.Local = None, output: options.Output = Format.TEXT) -> int:
    """List the platform's bulk jobs, or what the journal of a folder's upload says of its own."""
    if local is not None:
        from pipeline.cli import journals

        return journals.list_local_jobs(local, output)
    from pipeline.cli import sending

    return sending.list_jobs(where, output)


@app.command()
@bundled
def cancel(
    job: Annotated[str, typer.Argument(metavar="ID")],
    where: options.ConnectionOptions,
    output: options.Output = Format.TEXT,
) -> int:
    """Ask the platform to cancel a job."""
    from pipeline.cli import sending

    return sending.cancel_job(job, where, output)


@app.command()
@bundled
def listen(
    folder: options.Folder,
    *,
    listening: options.ListeningOptions,
    output: options.Output = Format.TEXT,
) -> int:
    """Finish an upload that was begun with --no-wait --callback-url, and take the platform's callbacks meanwhile.

    A callback must be signed with CONTACTPREP_SIGNATURE_KEY, or signature_key of the secrets file. It is only a hint:
    the platform is asked, and its answer counts. Without callbacks the jobs are polled, slowly.
    """
    from pipeline.cli import listening as command

    return command.listen_for(folder, listening, output)


app.add_typer(schema_commands.schemas, name="schemas")


@app.command()
def rules(
    code: Annotated[str | None, typer.Argument(metavar="[CODE]", help="A rule to explain, as E101")] = None,
    output: options.Output = Format.TEXT,
) -> int:
    """List the rules, or explain one."""
    from pipeline.cli import catalogue

    return catalogue.show_rules(code, output)


@app.command()
def sandbox(
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="Loopback port; 0 is a free one")
    ] = 0,
    data: Annotated[
        str | None, typer.Option("--data", metavar="FILE", help="Keep jobs and contacts in this SQLite file")
    ] = None,
    faults: Annotated[
        str | None, typer.Option("--faults", metavar="FILE", help="Misbehave by the rules of this JSON file")
    ] = None,
) -> int:
    """Run a local Open Connectors until it is stopped, and print what a client must export to reach it."""
    from pipeline.cli import sandboxing

    return sandboxing.serve(port, data, faults)
