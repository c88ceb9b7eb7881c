"""Checks the manifests: their schemas, and that they fit each other and the program.

    check.py manifests FOLDER...            every rendered FOLDER/all.yaml is valid, and broken ones are not
    check.py get FILE KIND PATH             prints a value; PATH as in spec.template.spec.containers.0.args
    check.py queries A.prom B.prom          writes a test for promtool: two replicas with these metrics

It needs kubernetes-validate, which brings the schemas, and cloudcoil.models.keda for KEDA's.
"""

import copy
import json
import pathlib
import re
import sys

import yaml

HERE = pathlib.Path(__file__).parent
VERSIONS = ["1.30", "1.37"]  # the oldest with preStop: sleep, and the newest known here
NAMESPACE = "default"


def documents(path):
    return [d for d in yaml.safe_load_all(pathlib.Path(path).read_text()) if d]


def find(docs, kind):
    return next((d for d in docs if d["kind"] == kind), None)


def at(doc, path):
    """The container and the key of a value within a document."""
    *way, last = path.split(".")
    for key in way:
        doc = doc[int(key) if isinstance(doc, list) else key]
    return doc, int(last) if isinstance(doc, list) else last


def get(doc, path):
    where, key = at(doc, path)
    return where[key]


def validate(doc):
    """The schema's complaint, or None."""
    if doc["apiVersion"].startswith("keda.sh/"):
        from cloudcoil.models.keda.v1alpha1 import ScaledObject
        from pydantic import ValidationError

        try:
            ScaledObject.model_validate(doc, extra="forbid")
        except ValidationError as e:
            return str(e).replace("\n", " ")
        return None
    import kubernetes_validate

    for version in VERSIONS:
        try:
            kubernetes_validate.validate(doc, version, strict=True)
        except kubernetes_validate.ValidationError as e:
            return f"{version}: {e.message}"
    return None


def metrics(docs):
    """The metrics used by the autoscaler, if there is one."""
    if hpa := find(docs, "HorizontalPodAutoscaler"):
        return [m["pods"]["metric"]["name"] for m in hpa["spec"]["metrics"]]
    if scaled := find(docs, "ScaledObject"):
        return re.findall(r"target_server_\w+", json.dumps(scaled["spec"]["triggers"]))
    return []


def fit(docs):
    """The inconsistencies between the documents, as a list."""
    wrong = []
    deployment = find(docs, "Deployment")
    pod = deployment["spec"]["template"]
    labels = pod["metadata"]["labels"]
    container = pod["spec"]["containers"][0]
    ports = {p["name"]: p["containerPort"] for p in container["ports"]}
    for name, selector in [
        ("Service", find(docs, "Service")["spec"]["selector"]),
        ("PodDisruptionBudget", find(docs, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"]),
        ("Deployment", deployment["spec"]["selector"]["matchLabels"]),
    ]:
        if not selector.items() <= labels.items():
            wrong.append(f"{name} selects {selector}, but the replicas have {labels}")
    named = [p["targetPort"] for p in find(docs, "Service")["spec"]["ports"]]
    named += [container[p]["httpGet"]["port"] for p in container if p.endswith("Probe") and "httpGet" in container[p]]
    wrong += [f"the container has no port named {n}" for n in named if n not in ports]
    args = dict(a.removeprefix("--").split("=", 1) for a in container["args"])
    if args.get("admin-open") != "true" and "admin-token-file" not in args and "TARGET_SERVER_ADMIN_TOKEN" not in [e["name"] for e in container.get("env", [])]:
        wrong.append("the admin address has neither a token nor --admin-open=true, and will not start")
    for flag, port in [("addr", "http"), ("admin-addr", "admin")]:
        if args.get(flag) != f":{ports[port]}":
            wrong.append(f"--{flag}={args.get(flag)}, but port {port} is {ports[port]}")
    if pod["metadata"]["annotations"]["prometheus.io/port"] != str(ports["admin"]):
        wrong.append("the annotation for Prometheus names a port other than admin")
    for probe in ("startupProbe", "readinessProbe"):
        if f"--addr=127.0.0.1:{ports['http']}" not in container[probe]["exec"]["command"]:
            wrong.append(f"{probe} uses a port other than http")
    for kind in ("HorizontalPodAutoscaler", "ScaledObject"):
        if (scaler := find(docs, kind)) and scaler["spec"]["scaleTargetRef"]["name"] != deployment["metadata"]["name"]:
            wrong.append(f"{kind} scales {scaler['spec']['scaleTargetRef']['name']}")
    if hpa := find(docs, "HorizontalPodAutoscaler"):
        pattern = re.search(r'__name__=~"([^"]+)"', adapter()["seriesQuery"]).group(1)
        wrong += [f"adapter.yaml has no rule for {m}" for m in metrics([hpa]) if not re.search(pattern, m)]
    return wrong


# Faults that must be noticed: a kind, a place in it, and the value to put there (None: remove it).
BROKEN = [
    ("Deployment", "spec.selector", None),
    ("Deployment", "spec.replicas", "two"),
    ("Deployment", "spec.template.spec.containers.0.readinesProbe", {}),
    ("Deployment", "spec.template.spec.containers.0.livenessProbe.httpGet.port", "metrics"),
    ("Deployment", "spec.template.spec.containers.0.args.0", "--addr=:8081"),
    ("Deployment", "spec.template.spec.containers.0.args.2", "--queue=unlimited"),
    ("Deployment", "spec.template.spec.containers.0.securityContext.readonlyRootFilesystem", True),
    ("Deployment", "spec.template.metadata.labels", {"app": "other"}),
    ("Service", "spec.ports.0.targetPort", "web"),
    ("Service", "spec.selector", {"app": "target-server"}),
    ("PodDisruptionBudget", "spec.maxUnavailable", [1]),
    ("HorizontalPodAutoscaler", "spec.metrics.0.pods.target.averageValue", None),
    ("HorizontalPodAutoscaler", "spec.metrics.0.pods.target.type", None),
    ("HorizontalPodAutoscaler", "spec.metrics.0.pods.metric.name", "target_server_threads_borrowed"),
    ("HorizontalPodAutoscaler", "spec.scaleTargetRef.name", "other"),
    ("HorizontalPodAutoscaler", "spec.maxReplicas", None),
    ("ScaledObject", "spec.minReplicas", 2),
    ("ScaledObject", "spec.triggers.0.type", None),
    ("ScaledObject", "spec.scaleTargetRef.name", "other"),
    ("ScaledObject", "spec.maxReplicaCount", "ten"),
]
# No schema requires averageValue for its type, so it is required here.
NEEDED = [("HorizontalPodAutoscaler", f"spec.metrics.{i}.pods.target.averageValue") for i in (0, 1)]


def complaints(docs):
    found = [f"{d['kind']}: {c}" for d in docs if (c := validate(d))]
    if found:
        return found
    for kind, path in NEEDED:
        if doc := find(docs, kind):
            where, key = at(doc, path)
            if key not in where:
                found.append(f"{kind}: {path} is missing")
    return found or fit(docs)


def manifests(folders):
    met = set()
    for folder in folders:
        docs = documents(pathlib.Path(folder) / "all.yaml")
        if found := complaints(docs):
            sys.exit(f"{folder}: " + "; ".join(found))
        print(f"{pathlib.Path(folder).name}: {', '.join(d['kind'] for d in docs)}: valid")
        for change in BROKEN:
            kind, path, value = change
            broken = copy.deepcopy(docs)
            if not (doc := find(broken, kind)):
                continue
            where, key = at(doc, path)
            if value is None:
                del where[key]
            else:
                where[key] = value
            if not complaints(broken):
                sys.exit(f"{folder}: {kind} with {path} = {value} is not noticed")
            met.add(path + kind)
    if len(met) != len(BROKEN):
        sys.exit(f"only {len(met)} of {len(BROKEN)} wrong manifests were tried")
    print(f"{len(BROKEN)} broken ones: noticed")


def adapter():
    return documents(HERE / "hpa" / "adapter.yaml")[0]["rules"][0]


def series(path, pod):
    """A replica's metrics page as Prometheus stores it, by series, with the labels of the replica added."""
    found = {}
    for line in pathlib.Path(path).read_text().splitlines():
        if m := re.fullmatch(r'(\w+)\{worker="(\d+)"\} (\S+)', line):
            found[f'{m[1]}{{namespace="{NAMESPACE}",pod="{pod}",worker="{m[2]}"}}'] = float(m[3])
    return found


def queries(pages):
    """A test for promtool: the results of the adapter's and KEDA's queries on real metrics pages must be the sums of the pages' values."""
    pods = {f"target-server-{i}": page for i, page in enumerate(pages)}
    all_series = {s: v for pod, page in pods.items() for s, v in series(page, pod).items()}

    def total(name, pod=""):
        values = [v for s, v in all_series.items() if s.startswith(name + "{") and f'pod="{pod}' in s]
        if not values:
            sys.exit(f"target-server has no metric {name}")
        return sum(values)

    tests = []
    hpa = documents(HERE / "hpa" / "autoscaler.yaml")[0]["spec"]
    for m in hpa["metrics"]:
        name, target = m["pods"]["metric"]["name"], float(m["pods"]["target"]["averageValue"])
        query = adapter()["metricsQuery"]
        matchers = f'namespace="{NAMESPACE}",pod=~"{"|".join(pods)}"'
        for placeholder, text in [("<<.Series>>", name), ("<<.LabelMatchers>>", matchers), ("<<.GroupBy>>", "pod")]:
            query = query.replace(placeholder, text)
        samples = [{"labels": f'{{pod="{pod}"}}', "value": total(name, pod + '"')} for pod in pods]
        tests.append({"expr": query, "eval_time": "0s", "exp_samples": samples})
        mean = total(name) / len(pods)
        wanted = -(-mean * len(pods) // target)
        print(f"# {name}: {mean:g} per replica, target {target:g}: {len(pods)} replicas become {wanted:g}, at most {hpa['maxReplicas']}", file=sys.stderr)
    for trigger in documents(HERE / "keda" / "scaled.yaml")[0]["spec"]["triggers"]:
        query = trigger["metadata"]["query"]
        name = re.search(r"target_server_\w+", query)[0]
        tests.append({"expr": query, "eval_time": "0s", "exp_samples": [{"labels": "{}", "value": total(name)}]})
    given = [{"series": s, "values": f"{v:g}"} for s, v in all_series.items()]
    json.dump({"evaluation_interval": "15s", "tests": [{"interval": "15s", "input_series": given, "promql_expr_test": tests}]}, sys.stdout)


def main(args):
    match args:
        case ["manifests", *folders] if folders:
            manifests(folders)
        case ["get", path, kind, way]:
            value = get(find(documents(path), kind), way)
            print(*value if isinstance(value, list) else [value], sep="\n")
        case ["queries", *pages] if len(pages) == 2:
            queries(pages)
        case _:
            sys.exit(__doc__)


main(sys.argv[1:])
