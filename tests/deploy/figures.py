"""Which figures dashboard, alerts and autoscalers ask for, and which the processes tell."""

import json
import re
from collections.abc import Iterator

import yaml

from tools.manifests import KUBERNETES, ROOT

DASHBOARD = ROOT / "deploy" / "grafana" / "rota.json"
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
PROMETHEUS = ROOT / "deploy" / "prometheus" / "prometheus.yml"
FIGURE = re.compile(r"\b(?:(?:rota|process)_\w+|up\b)")
OF_PROMETHEUS = {"up"}
"""What Prometheus itself tells of each process that it asks."""


def asked_for() -> dict[str, set[str]]:
    """The names in every query, by where it stands."""
    return {where: set(FIGURE.findall(query)) for where, query in queries()}


def queries() -> Iterator[tuple[str, str]]:
    """Every query with where it stands."""
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel.get("targets", ()):
            yield f"panel {panel['title']}", target["expr"]
    for group in yaml.safe_load(ALERTS.read_text())["groups"]:
        for rule in group["rules"]:
            yield f"alert {rule['alert']}", rule["expr"]
    adapter = yaml.safe_load((KUBERNETES / "prometheus-adapter.yaml").read_text())
    for rule in adapter["rules"]["external"]:
        yield f"figure {rule['name']['as']}", rule["metricsQuery"]


def told(page: str) -> set[str]:
    """The names that a page of figures tells, those of a histogram's parts too; also where none has a value yet."""
    names: set[str] = set()
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", page, re.MULTILINE):
        names |= {f"{name}_bucket", f"{name}_sum", f"{name}_count"} if kind == "histogram" else {name}
    return names
