"""Turns a plain function of a session into a command: options, client, output and exit code are written once.

Used by the groups. The function says what to ask; `show` says how the answer looks. No postponed annotations in the
groups: typer reads them, and they are real objects there.
"""

import functools
import inspect
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import typer

from venuekit_sdk.cli.options import Json, Key, Sandbox, Url
from venuekit_sdk.cli.session import Given, Session, open_session

if TYPE_CHECKING:
    from rich.console import RenderableType

P = ParamSpec("P")
T = TypeVar("T")
Ask = Callable[Concatenate[Session, P], T]


def command(
    app: typer.Typer, show: "Callable[[T], Iterable[RenderableType]]", is_refused: Callable[[T], bool] | None = None
) -> Callable[[Ask[P, T]], Ask[P, T]]:
    """Register a function as the command of its name. `is_refused` finds an answer that ends with exit code 1."""

    def register(ask: Ask[P, T]) -> Ask[P, T]:
        def run(
            ctx: typer.Context,
            url: Url = None,
            key: Key = None,
            sandbox: Sandbox = False,
            json: Json = False,
            **given: Any,
        ) -> None:
            outer = ctx.obj if isinstance(ctx.obj, Given) else Given()
            answer = _asked(functools.partial(ask, **given), Given(url, key, sandbox).over(outer))
            _print(answer, show, json)
            if is_refused is not None and is_refused(answer):
                raise typer.Exit(1)

        app.command(ask.__name__.replace("_", "-").rstrip("-"), help=inspect.getdoc(ask))(_signed(run, ask))
        return ask

    return register


def _asked(ask: Callable[[Session], T], given: Given) -> T:
    from venuekit_sdk.cli.exits import leave
    from venuekit_sdk.errors import ApiError

    with ExitStack() as stack:
        try:
            session = open_session(given)
            stack.callback(session.seq.close)
            return ask(session)
        except (ApiError, ValueError) as error:
            raise leave(error) from None


def _print(answer: T, show: "Callable[[T], Iterable[RenderableType]]", json: bool) -> None:
    from venuekit_sdk.cli.output import print_json, print_shown

    if json:
        print_json(answer)
    else:
        print_shown(show(answer))


def _signed(run: Callable[..., None], ask: Callable[..., Any]) -> Callable[..., None]:
    # typer reads the signature: the function's own parameters, then the options that all commands have.
    _, *own = inspect.signature(ask).parameters.values()
    shared = [each for each in inspect.signature(run).parameters.values() if each.kind is not each.VAR_KEYWORD]
    parameters = [each.replace(kind=each.KEYWORD_ONLY) for each in [*own, *shared]]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run
