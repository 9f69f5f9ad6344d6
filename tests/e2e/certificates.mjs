// SPDX-License-Identifier: Apache-2.0
// A certificate authority for one run, and certificates of it, made by openssl.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const openssl = (...args) => promisify(execFile)("openssl", args);
const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

export async function makeAuthority(folder) {
  const file = join(folder, "authority.pem");
  const keyFile = join(folder, "authority.key");
  await openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    keyFile,
    "-out",
    file,
    "-days",
    "2",
    "-subj",
    "/CN=e2e authority",
  );
  return { folder, file, keyFile, pem: await readFile(file, "utf8") };
}

/** `names` as in a certificate's subjectAltName: "DNS:localhost,IP:127.0.0.1". */
export async function makeCertificate(authority, name, names) {
  const at = (ending) => join(authority.folder, `${name}.${ending}`);
  await writeFile(at("ext"), `subjectAltName=${names}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n`);
  await openssl("req", ...newKey, "-keyout", at("key"), "-out", at("csr"), "-subj", `/CN=${name}`);
  const signing = ["-CA", authority.file, "-CAkey", authority.keyFile, "-CAcreateserial", "-extfile", at("ext")];
  await openssl("x509", "-req", "-in", at("csr"), ...signing, "-days", "2", "-out", at("pem"));
  return {
    file: at("pem"),
    keyFile: at("key"),
    cert: await readFile(at("pem"), "utf8"),
    key: await readFile(at("key"), "utf8"),
  };
}
