"""A test CA and its certificates, made with the openssl command: ca.crt, server.crt/.key, client.crt/.key and
other-client.crt/.key; and other-ca.crt, which signed other-server.crt/.key."""

import subprocess


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def make_ca(folder, name):
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", f"/CN=kube-shields {name}", "-keyout", f"{name}.key", "-out", f"{name}.crt",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign")


def sign(folder, name, subject, extensions, ca="ca"):
    (folder / f"{name}.ext").write_text(extensions)
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", subject,
            "-keyout", f"{name}.key", "-out", f"{name}.csr")
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.crt", "-CAkey", f"{ca}.key", "-CAcreateserial",
            "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.crt")


def make_certificates(folder):
    """`folder` must be an existing pathlib.Path."""
    make_ca(folder, "ca")
    make_ca(folder, "other-ca")
    for ca, name in ("ca", "server"), ("other-ca", "other-server"):
        sign(folder, name, "/CN=fake-kubernetes", "extendedKeyUsage=serverAuth\n"
             "subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost,DNS:kubernetes.test\n", ca)
    for name, user in ("client", "kube-shields"), ("other-client", "other"):
        sign(folder, name, f"/O=system:masters/CN={user}", "extendedKeyUsage=clientAuth\n")
    return folder
