"""Writes kubeconfig files in block-style YAML, as kubectl does."""

import base64
import json
import pathlib


def material(name, path, inline):
    if inline:
        return f"{name}-data: {base64.b64encode(pathlib.Path(path).read_bytes()).decode()}"
    return f"{name}: {path}"


def user(token=None, token_file=None, client_certificate=None, exec=None, inline=False):
    """The lines of one user entry."""
    lines = []
    if token:
        lines.append(f"token: {json.dumps(token)}")
    if token_file:
        lines.append(f"tokenFile: {token_file}")
    if client_certificate:
        lines.append(material("client-certificate", client_certificate[0], inline))
        lines.append(material("client-key", client_certificate[1], inline))
    if exec:
        lines += ["exec:", "  apiVersion: client.authentication.k8s.io/v1", f"  command: {exec[0]}",
                  "  interactiveMode: Never", f"  args: {json.dumps(exec[1:])}"]
        lines += ["  env:", "  - name: FROM_KUBECONFIG", '    value: "yes"']
    return lines or ["{}"]


def kubeconfig(contexts, current=None, insecure=False, ca=None, inline=False, server=None, fields={}):
    """`contexts`: name -> (cluster, lines of its user). The first is current unless `current` says otherwise. `server`:
    instead of the clusters' URL; `fields`: more of each cluster, such as proxy-url."""
    lines = ["apiVersion: v1", "kind: Config", f"current-context: {current or next(iter(contexts))}", "clusters:"]
    for name, (cluster, _) in contexts.items():
        lines += [f"- name: {name}-cluster", "  cluster:", f"    server: {server or cluster.url}"]
        lines += [f"    {field}: {value}" for field, value in fields.items()]
        if insecure:
            lines.append("    insecure-skip-tls-verify: true")
        elif cluster.certificates:
            lines.append("    " + material("certificate-authority", ca or cluster.certificates / "ca.crt", inline))
    lines.append("contexts:")
    for name in contexts:
        lines += [f"- name: {name}", "  context:", f"    cluster: {name}-cluster", f"    user: {name}-user"]
    lines.append("users:")
    for name, (_, lines_of_user) in contexts.items():
        lines += [f"- name: {name}-user", "  user:"] + [f"    {line}" for line in lines_of_user]
    return "\n".join(lines) + "\n"
