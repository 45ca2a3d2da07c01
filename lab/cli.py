"""`nightmarket lab …`: an experiment is a module that reads its own options and writes a report."""

import sys
from importlib import import_module

import typer

app = typer.Typer(no_args_is_help=True, help="Try the product's own rules on logs and on worlds.")
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
EXPERIMENTS = {
    "estimate": (
        "lab.estimate.command",
        "What another order of the feed would earn, from the slots that chance filled.",
    ),
    "replay": ("lab.replay.command", "A real log through the ranker: scored first, then learned."),
    "retrieve": (
        "lab.replay.retrieve",
        "Of what people watch long tomorrow, how much retrieval finds today.",
    ),
    "simulate": (
        "lab.simulate",
        "A seeded world: which uploads are found, and what an attack achieves.",
    ),
}


def _register(name: str, module: str, words: str) -> None:
    def run(context: typer.Context) -> None:
        sys.argv = [f"nightmarket lab {name}", *context.args]
        import_module(module).main()

    app.command(name, help=words, context_settings=PASS_ON)(run)


for _name, (_module, _words) in EXPERIMENTS.items():
    _register(_name, _module, _words)
