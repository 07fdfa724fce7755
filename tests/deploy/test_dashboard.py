"""The dashboard and the alerts are what Grafana and Prometheus take. That their figures exist: test_starting."""

import json
import re

import yaml

from tests.deploy.figures import ALERTS, DASHBOARD, PROMETHEUS, asked_for, queries, told
from tools.manifests import COMPOSE

GRAFANA = DASHBOARD.parent


def test_every_panel_has_its_own_place_and_asks_the_source_that_is_set_up() -> None:
    dashboard = json.loads(DASHBOARD.read_text())
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24, panel["title"]
        taken |= cells
    [source] = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())["datasources"]
    assert {panel["datasource"]["uid"] for panel in panels if "datasource" in panel} == {source["uid"]}


def test_grafana_finds_what_compose_mounts() -> None:
    mounted = dict(
        volume.split(":")[:2] for volume in yaml.safe_load(COMPOSE.read_text())["services"]["grafana"]["volumes"]
    )
    [provider] = yaml.safe_load((GRAFANA / "provisioning/dashboards/rota.yml").read_text())["providers"]
    assert mounted["./deploy/grafana/provisioning"] == "/etc/grafana/provisioning"
    assert mounted["./deploy/grafana/rota.json"] == f"{provider['options']['path']}/rota.json"


def test_every_query_asks_for_something_and_its_brackets_match() -> None:
    for where, query in queries():
        assert asked_for()[where], where
        for opening, closing in ("()", "[]", "{}"):
            assert query.count(opening) == query.count(closing), where
        # A counter and a histogram's parts only mean something as a rate; a gauge never does.
        for figure in re.findall(r"\b(rota_\w+(?:_total|_bucket|_count))\b", query):
            assert re.search(rf"(?:rate|increase)\({figure}", query), f"{where}: {figure}"


def test_every_alert_says_what_to_do_and_how_urgent_it_is() -> None:
    for group in yaml.safe_load(ALERTS.read_text())["groups"]:
        for rule in group["rules"]:
            assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
            assert len(rule["annotations"]["summary"]) > 30, rule["alert"]


def test_a_process_of_any_kind_that_is_gone_is_missed() -> None:
    jobs = {job["job_name"] for job in yaml.safe_load(PROMETHEUS.read_text())["scrape_configs"]}
    gone = [query for where, query in queries() if where.startswith("alert ") and where.endswith("Gone")]
    always = {name for query in gone for name in re.findall(r'^absent\(up\{job="(\w+)"\} == 1\)$', query)}
    [used] = (set(names.split("|")) for query in gone for names in re.findall(r'up\{job=~"([\w|]+)"\}', query))
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    ours = {name for name, one in services.items() if one["image"] == "rota" and one["restart"] != "no"}
    assert always | used == jobs == ours
    assert used == {name for name in ours if "profiles" in services[name]}, "only what is optional may be absent"


def test_where_alerts_go_can_be_said_by_taking_the_comment_signs_off() -> None:
    block = "\n".join(re.findall(r"^# (alerting:|  .*)$", PROMETHEUS.read_text(), re.MULTILINE))
    [manager] = yaml.safe_load(block)["alerting"]["alertmanagers"]
    assert manager["static_configs"][0]["targets"]


def test_names_of_figures_are_read_from_a_page() -> None:
    page = "# HELP a b\n# TYPE rota_up gauge\nrota_up 1\n# TYPE rota_ack_seconds histogram\n# TYPE x_total counter\n"
    histogram = {"rota_ack_seconds_bucket", "rota_ack_seconds_sum", "rota_ack_seconds_count"}
    assert told(page) == {"rota_up", "x_total"} | histogram
