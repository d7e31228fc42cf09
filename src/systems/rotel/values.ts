/**
 * What Rotel can parse. It reads headers and resource attributes as `k=v,k=v`: trimmed as a whole, split at every
 * comma, each item at its first `=`; no escapes, no quoting, items not trimmed (rotel v0.2.4, src/init/parse.rs).
 * The functions here return the end of a sentence that explains why something does not work, or `undefined`.
 */

/** Why `value` cannot be the value of an item in such a list. */
export function faultInListValue(value: string): string | undefined {
  return (
    faultOfEmptyOrControl(value) ??
    (value.includes(',')
      ? 'contains a comma: Rotel splits its lists at every comma and does not support escapes'
      : undefined)
  )
}

/** What is probably a mistake in the value of an item, though Rotel sends it as it is (recorded). */
export function doubtInListValue(value: string): string | undefined {
  return (
    (/['"]/.test(value) ? 'contains a quote, which Rotel sends as part of the value' : undefined) ??
    doubtOfBlanks(value)
  )
}

/** The same of the value of a header, which is usually ASCII. */
export function doubtInHeaderValue(value: string): string | undefined {
  return (
    doubtInListValue(value) ??
    (/[^\x20-\x7e]/.test(value)
      ? 'contains a character outside ASCII, which some servers read differently'
      : undefined)
  )
}

/** Why `name` cannot be the name of an item in such a list. */
export function faultInListName(name: string): string | undefined {
  if (name === '') return 'has no name before the `=`'
  if (/\s/.test(name)) {
    return 'has a space in its name: Rotel does not trim items, so the space would become part of the name'
  }
  if (/[,'"\p{Cc}]/u.test(name)) {
    return 'has a comma, a quote or a control character in its name: Rotel splits at commas and treats quotes as part of the name'
  }
  return undefined
}

/** Why `name` cannot be the name of a header: RFC 9110 allows only these characters. */
export function faultInHeaderName(name: string): string | undefined {
  return (
    faultInListName(name) ??
    (/^[!#$%&*+.^_`|~0-9A-Za-z-]+$/.test(name)
      ? undefined
      : 'has a character in its name that HTTP does not allow in header names')
  )
}

/** Why `value` cannot be the value of a whole variable. Commas and quotes may be meant (`OTEL_PROPAGATORS=b3,baggage`). */
export function faultInVariable(value: string): string | undefined {
  return faultOfEmptyOrControl(value)
}

/** What is probably a mistake in the value of a whole variable: quotes around it are a shell’s, and Lambda keeps them. */
export function doubtInVariable(value: string): string | undefined {
  return (
    (/^['"]|['"]$/.test(value)
      ? 'begins or ends with a quote, which Lambda keeps as part of the value'
      : undefined) ?? doubtOfBlanks(value)
  )
}

/** Why `text` is not a `k=v,k=v` list: an item without `=` ends Rotel with `invalid KEY=value`. */
export function faultInList(text: string): string | undefined {
  const items = text.split(',').filter((item) => item !== '')
  const faulty = items.some((item) => faultInListName(item.split('=', 1)[0] ?? '') !== undefined)
  if (items.some((item) => !item.includes('=')) || faulty || /['"]/.test(text)) {
    return 'is not a list `name=value,name=value` without spaces around names and without quotes'
  }
  return undefined
}

/** Why Rotel would misread an OTLP endpoint: it knows only these two schemes (src/exporters/otlp/request.rs). */
export function faultInEndpointScheme(url: string): string | undefined {
  return /^https?:\/\//.test(url)
    ? undefined
    : 'has no scheme `http://` or `https://`: without one, Rotel uses plain HTTP for a host name and fails for an IP address'
}

function faultOfEmptyOrControl(value: string): string | undefined {
  if (value === '') return 'has no value. Check whether a secret or variable is empty'
  if (/[\r\n]/.test(value)) return 'contains a line break, which Rotel does not support'
  if (/\p{Cc}/u.test(value)) return 'contains a control character, which Rotel does not support'
  return undefined
}

/** White space at an edge of a list’s last value is trimmed, so that what is written and what arrives differ. */
export function doubtOfBlanks(value: string): string | undefined {
  return value === value.trim()
    ? undefined
    : 'begins or ends with a space: Rotel keeps it in some places and trims it in others'
}
