"""`nightmarket lab …`: an experiment is a module that reads its own options and writes a report."""

import sys
from importlib import import_module

import typer

app = typer.Typer(no_args_is_help=True, help="Try the product's own rules on logs and on worlds.")
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
EXPERIMENTS = {
    "simulate": "A seeded world: which uploads are found, and what an attack achieves.",
}


@app.callback()
def _lab() -> None:
    """Keep the commands named, even while there is one."""


def _register(name: str, words: str) -> None:
    def run(context: typer.Context) -> None:
        sys.argv = [f"nightmarket lab {name}", *context.args]
        import_module(f"lab.{name}").main()

    app.command(name, help=words, context_settings=PASS_ON)(run)


for _name, _words in EXPERIMENTS.items():
    _register(_name, _words)
