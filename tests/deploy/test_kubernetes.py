"""What no schema sees in the manifests: that they fit each other, the image and the figures, and are hardened."""

import copy
import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from bots.settings import BotSettings
from service.schemas import traces
from service.settings import Settings
from tools.manifests import KUBERNETES, NOT_KUBERNETES, Manifest, faults_of, manifests

ALL = [manifest for _, manifest in manifests()]
PROMETHEUS = KUBERNETES.parent / "prometheus" / "prometheus.yml"
POD_MAKERS = ("Deployment", "Job")


def of_kind(kind: str) -> dict[str, Manifest]:
    return {manifest["metadata"]["name"]: manifest for manifest in ALL if manifest["kind"] == kind}


def pods() -> dict[str, dict[str, Any]]:
    """The specification of every pod, by who makes it."""
    return {name: maker["spec"]["template"]["spec"] for kind in POD_MAKERS for name, maker in of_kind(kind).items()}


def containers() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, pod in pods().items():
        for container in pod["containers"]:
            yield name, container


@pytest.mark.parametrize("manifest", ALL, ids=lambda one: f"{one['kind']} {one['metadata']['name']}")
def test_a_manifest_is_what_kubernetes_takes(manifest: Manifest) -> None:
    assert list(faults_of(manifest)) == []


def test_a_field_that_kubernetes_does_not_know_is_a_fault() -> None:
    wrong = copy.deepcopy(of_kind("Deployment")["api"])
    wrong["spec"]["template"]["spec"]["containers"][0]["readinesProbe"] = {}
    assert any("readinesProbe" in fault for fault in faults_of(wrong))


def test_the_kustomization_names_every_file_but_the_example() -> None:
    named = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())["resources"]
    there = {path.name for path in KUBERNETES.glob("*.yaml")}
    assert set(named) == there - NOT_KUBERNETES - {"secrets.example.yaml"}


def test_every_container_is_hardened_limited_and_watched() -> None:
    for name, container in containers():
        pod, security = pods()[name], container["securityContext"]
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["serviceAccountName"] in of_kind("ServiceAccount"), name
        assert security["readOnlyRootFilesystem"], name
        assert security["allowPrivilegeEscalation"] is False, name
        assert security["capabilities"] == {"drop": ["ALL"]}, name
        assert container["resources"]["limits"]["memory"], name
        assert container["resources"]["requests"]["cpu"], name
        assert name in {"rota-migrate", "admin"} or {"startupProbe", "livenessProbe"} <= container.keys(), name


def test_the_user_is_the_one_of_the_image() -> None:
    dockerfile = (KUBERNETES.parent / "Dockerfile").read_text()
    users = {pod["securityContext"]["runAsUser"] for pod in pods().values()}
    assert [str(user) for user in users] == re.findall(r"^USER (\d+)$", dockerfile, re.MULTILINE)


def test_probes_and_services_ask_at_ports_that_are_there() -> None:
    for name, container in containers():
        ports = {port["name"]: port["containerPort"] for port in container.get("ports", ())}
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            if probe in container:
                assert container[probe]["httpGet"]["port"] in ports, name
        service = of_kind("Service").get(name)
        if service:
            assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports.keys()
            assert {port["port"] for port in service["spec"]["ports"]} <= set(ports.values())


def test_whatever_selects_pods_finds_some() -> None:
    labels = [
        maker["spec"]["template"]["metadata"]["labels"] for kind in POD_MAKERS for maker in of_kind(kind).values()
    ]

    def found(selector: dict[str, Any]) -> list[dict[str, str]]:
        wanted = selector.get("matchLabels", {}).items()
        among = {one["key"]: one["values"] for one in selector.get("matchExpressions", ())}
        return [
            one
            for one in labels
            if wanted <= one.items() and all(one[key] in values for key, values in among.items())
        ]

    for name, deployment in of_kind("Deployment").items():
        assert found(deployment["spec"]["selector"]) == [deployment["spec"]["template"]["metadata"]["labels"]], name
    for name, service in of_kind("Service").items():
        assert len(found({"matchLabels": service["spec"]["selector"]})) == 1, name
    for name, budget in of_kind("PodDisruptionBudget").items():
        assert len(found(budget["spec"]["selector"])) == 1, name
    for name, policy in of_kind("NetworkPolicy").items():
        sides = itertools.chain(policy["spec"].get("ingress", ()), policy["spec"].get("egress", ()))
        peers = [peer for side in sides for peer in (*side.get("from", ()), *side.get("to", ()))]
        for selector in (
            policy["spec"]["podSelector"],
            *(peer["podSelector"] for peer in peers if "podSelector" in peer),
        ):
            assert found(selector), name


def test_without_a_rule_nobody_speaks_with_anybody() -> None:
    nothing = of_kind("NetworkPolicy")["nothing"]["spec"]
    assert nothing == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_autoscalers_scale_what_is_there_by_figures_that_are_made() -> None:
    rules = yaml.safe_load((KUBERNETES / "prometheus-adapter.yaml").read_text())["rules"]["external"]
    made = {rule["name"]["as"]: rule["metricsQuery"] for rule in rules}
    # The series of `rota_up` say no namespace of an autoscaler, so the adapter must not look for one.
    assert [rule["resources"] for rule in rules] == [{"namespaced": False}] * len(rules)
    asked = set()
    for name, scaler in of_kind("HorizontalPodAutoscaler").items():
        target = of_kind("Deployment")[scaler["spec"]["scaleTargetRef"]["name"]]
        assert "replicas" not in target["spec"], f"{name} would be set back with every apply"
        asked |= {
            metric["external"]["metric"]["name"] for metric in scaler["spec"]["metrics"] if "external" in metric
        }
    assert asked == made.keys()


def test_settings_come_from_places_that_are_there_and_bots_never_see_the_database() -> None:
    given = {name: one["data"].keys() for name, one in of_kind("ConfigMap").items()}
    given |= {f"secret {name}": one["stringData"].keys() for name, one in of_kind("Secret").items()}
    known = {name.upper() for name in (*Settings.model_fields, *BotSettings.model_fields, *traces.ADDRESSES)}
    assert set().union(*given.values()) <= known
    for name, container in containers():
        seen: set[str] = set()
        for source in container["envFrom"]:
            reference = source.get("configMapRef") or {"name": f"secret {source['secretRef']['name']}"}
            seen |= given[reference["name"]]
        bots = name in {"delivery", "slack", "telegram"}
        for settings in (Settings, BotSettings) if name == "admin" else (BotSettings if bots else Settings,):
            required = {field.upper() for field, about in settings.model_fields.items() if about.is_required()}
            assert required <= seen, name
        assert ("DATABASE_URL" in seen) is not bots, name


def test_whoever_sees_every_secret_is_there_only_when_called() -> None:
    assert of_kind("Deployment")["admin"]["spec"]["replicas"] == 0


def test_prometheus_finds_every_process_once_by_the_name_that_the_dashboard_groups_by() -> None:
    monitors = list(yaml.safe_load_all((KUBERNETES / "pod-monitor.yaml").read_text()))
    found = []
    for monitor in monitors:
        said = monitor["spec"]
        assert said["jobLabel"] == "app.kubernetes.io/component"
        [endpoint] = said["podMetricsEndpoints"]
        components = said["selector"]["matchLabels"].get(said["jobLabel"])
        [among] = [one["values"] for one in said["selector"].get("matchExpressions", ())] or [[components]]
        found += among
        for component in among:
            ports = {port["name"] for port in pods()[component]["containers"][0]["ports"]}
            assert endpoint["port"] in ports, component
    running = of_kind("Deployment").keys() - {"admin"}
    assert sorted(found) == sorted(running)
    assert set(found) == {one["job_name"] for one in yaml.safe_load(PROMETHEUS.read_text())["scrape_configs"]}


def test_what_is_asked_from_outside_answers_until_everybody_knows_that_it_leaves() -> None:
    rolled = {name for name, one in of_kind("Deployment").items() if "rollingUpdate" in one["spec"]["strategy"]}
    for name, container in containers():
        if name in rolled & of_kind("Service").keys():
            assert container["lifecycle"]["preStop"]["sleep"]["seconds"] >= 5, name


def test_no_secret_of_the_example_is_one() -> None:
    for secret in of_kind("Secret").values():
        for name, value in secret["stringData"].items():
            assert value == "" or "PASSWORD" in value, name
