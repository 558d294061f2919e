"""`schemas` and what can be done with one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import options
from pipeline.cli.bundles import bundled
from pipeline.cli.options import Format, SchemaFormat

schemas = typer.Typer(
    help="List the schemas, show one, write an empty file to fill in, or draft one from a good file.",
    rich_markup_mode=None,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Schema = Annotated[
    str, typer.Argument(metavar="SCHEMA", help="A name, a schema file (my.yaml) or a class (module:Class)")
]


@schemas.callback()
def _root(context: typer.Context, output: options.Output = Format.TEXT) -> int:
    if context.invoked_subcommand is not None:
        return 0
    return list_schemas(output)


@schemas.command("list")
def list_schemas(output: options.Output = Format.TEXT) -> int:
    """List the schemas there are."""
    from pipeline.cli import catalogue

    return catalogue.list_schemas(output)


@schemas.command()
def show(
    schema: Schema,
    output: Annotated[
        SchemaFormat,
        typer.Option(
            "--format",
            help="text and json say all of it, yaml is a schema file; "
            "jsonschema and pandera describe a clean file for other tools",
        ),
    ] = SchemaFormat.TEXT,
) -> int:
    """Show the fields of a schema, or write it for another tool."""
    from pipeline.cli import catalogue

    return catalogue.show_schema(schema, output)


@schemas.command()
def template(
    schema: Schema,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="The empty CSV; help goes to FILE's stem + .help.txt"),
    ] = None,
) -> int:
    """Write an empty CSV to fill in, and a line of help for each of its columns."""
    from pipeline.cli import drafting

    return drafting.write_template(schema, out)


@schemas.command()
@bundled
def infer(
    file: options.File,
    *,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="The schema file to write")] = None,
    reading: options.ReadingOptions,
) -> int:
    """Draft a schema file from a good contact file, with the evidence beside every guess."""
    from pipeline.cli import drafting

    return drafting.infer_schema(file, out, reading)
