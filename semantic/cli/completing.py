"""``semantic completion``: the script that makes a shell complete words."""

from __future__ import annotations

import click

from semantic.cli.base import Command

_SHELLS = ("bash", "zsh", "fish")


@click.command(
    cls=Command,
    epilog="""\b
Examples:
  semantic completion bash >> ~/.bashrc
  semantic completion zsh >> ~/.zshrc
  semantic completion fish > ~/.config/fish/completions/semantic.fish
""",
)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes words in a shell: metrics, paths, targets, dialects."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"No completion for {shell}.")
    script = kind(ctx.find_root().command, {}, "semantic", "_SEMANTIC_COMPLETE")
    click.echo(script.source_template % script.source_vars())
