"""`nightmarket bench …`: a benchmark is a module that reads its own options and prints figures."""

import sys
from importlib import import_module

import typer

app = typer.Typer(no_args_is_help=True, help="Measure; results go into docs/benchmarks.md.")
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
BENCHMARKS = {
    "beside": "The API while a transcode runs, against idle.",
    "events": "Events a second over HTTP, durable and deduplicated.",
    "feed": "The feed with 100,000 videos: latency and saturation.",
    "fresh": "From an accepted event to changed scores that are served.",
    "heap": "Memory and video elements of the page over 500 swipes.",
    "idle": "Memory of the idle process tree, and how long a warm start takes.",
    "media": "How long renditions take, on a film made by code.",
    "page": "The feed page on a slow link: largest picture, shifts, answers.",
    "pools": "Dealing out a day of exploration, and one draw from a deal.",
    "publish": "Upload end to playable, on a running market.",
    "realtime": "News on the live socket.",
    "search": "Search over 100,000 videos in five languages.",
    "swipe": "Swipe to first frame and bytes never watched, on a slow link.",
    "train": "The ranker: samples a second, the id table, retrieval, memory.",
    "upload": "A large upload cut off in the middle, over and over.",
}


def _register(name: str, words: str) -> None:
    def run(context: typer.Context) -> None:
        sys.argv = [f"nightmarket bench {name}", *context.args]
        import_module(f"bench.{name}").main()

    app.command(name, help=words, context_settings=PASS_ON)(run)


for _name, _words in BENCHMARKS.items():
    _register(_name, _words)
