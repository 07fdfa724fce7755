"""Checks what `deploy/` holds, without a container engine or a network.

The manifests against Kubernetes' own schemas (unknown fields refused), of the oldest version that Rota runs on and of
the newest one known; docker-compose.yml against the compose specification. Exits with 1 where anything is wrong.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml
from compose_spec import PyOptions

ROOT = Path(__file__).parents[1]
COMPOSE = ROOT / "docker-compose.yml"
KUBERNETES = ROOT / "deploy" / "kubernetes"
# Of other programs' making, so no schema of Kubernetes knows them.
NOT_KUBERNETES = {"kustomization.yaml", "pod-monitor.yaml", "prometheus-adapter.yaml"}
OLDEST = "1.30"
Manifest = dict[str, Any]


def manifests(folder: Path = KUBERNETES) -> Iterator[tuple[str, Manifest]]:
    """Every manifest with the name of its file."""
    for path in sorted(folder.glob("*.yaml")):
        if path.name not in NOT_KUBERNETES:
            for manifest in yaml.safe_load_all(path.read_text()):
                yield path.name, manifest


def faults_of(manifest: Manifest) -> Iterator[str]:
    """What Kubernetes would refuse in a manifest."""
    for version in (OLDEST, kubernetes_validate.latest_version()):
        try:
            kubernetes_validate.validate(manifest, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            where = ".".join(str(part) for part in error.path)
            yield f"Kubernetes {version}: {where}: {error.message}"


def faults_of_compose(text: str) -> Iterator[str]:
    """What compose would refuse in a file."""
    try:
        compose = PyOptions(apply_merge=True).from_yaml(text)
        compose.validate()
        compose.to_spec()
    except ValueError as error:
        yield str(error)


def main() -> int:
    """Say everything that is wrong."""
    faults = [f"{COMPOSE.name}: {fault}" for fault in faults_of_compose(COMPOSE.read_text())]
    checked = 0
    for name, manifest in manifests():
        checked += 1
        faults += [f"{name}: {manifest['kind']} {fault}" for fault in faults_of(manifest)]
    told = "\n".join(faults) or f"{COMPOSE.name} and {checked} manifests are what their schemas ask for."
    sys.stdout.write(f"{told}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
