"""Writes the images of the tests on a real node, with nothing but Python: tiny_image.py PROGRAM TAR

TAR is what `docker save` would write. Its images have one file, PROGRAM: localhost/pause:1, which keeps a pod's
namespaces, and localhost/tiny:1 and :2, which do the same as each other."""

import hashlib
import io
import json
import pathlib
import platform
import sys
import tarfile

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}  # as images name them
IMAGES = {"localhost/pause:1": ["/tiny", "pause"], "localhost/tiny:1": ["/tiny"], "localhost/tiny:2": ["/tiny"]}


def tar_of(files):
    """{name: (content, mode)} as a tar."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, (content, mode) in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), mode
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


def images_of(program):
    layer = tar_of({"tiny": (program, 0o755)})
    files, manifest = {"layer.tar": (layer, 0o644)}, []
    for number, (tag, entrypoint) in enumerate(IMAGES.items()):
        # The label makes one image of each tag; otherwise kubelet reports any of the tags that an image has.
        config = {"architecture": ARCHITECTURES.get(platform.machine(), platform.machine()), "os": "linux",
                  "config": {"Entrypoint": entrypoint, "Labels": {"tag": tag}},
                  "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]}}
        files[f"{number}.json"] = json.dumps(config).encode(), 0o644
        manifest.append({"Config": f"{number}.json", "RepoTags": [tag], "Layers": ["layer.tar"]})
    return tar_of({**files, "manifest.json": (json.dumps(manifest).encode(), 0o644)})


if __name__ == "__main__":
    program, tar = sys.argv[1:]
    pathlib.Path(tar).write_bytes(images_of(pathlib.Path(program).read_bytes()))
