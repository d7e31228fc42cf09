/** Which variables of Rotel and the OpenTelemetry SDKs may hold a secret: their names tell. */

const SECRET =
  /PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|HEADERS|KEY|TOKEN|SECRET|AUTHORIZATION|PRIVATE|COOKIE/i

/** Keys, passwords and lists of headers; endpoints, attributes, sizes and names are none. */
export function mayHoldSecret(variable: string): boolean {
  return SECRET.test(variable)
}

/** A list `name=value,name=value` whose values are secret. */
export function isHeaderList(variable: string): boolean {
  return /HEADERS$/i.test(variable)
}
