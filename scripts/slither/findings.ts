type Element = {
  type: string
  name: string
  type_specific_fields?: { parent?: Element }
}

export type SlitherReport = {
  success: boolean
  error: string | null
  results: { detectors?: readonly { check: string; description: string; elements: readonly Element[] }[] }
}

/** `place` is `Contract.function.variable`, as deep as the finding goes: no line numbers, which move. */
export type Finding = { check: string; place: string; description: string }

function placeOf(element: Element | undefined): string {
  if (element === undefined) return '(nowhere)'
  const parent = element.type_specific_fields?.parent
  return parent === undefined ? element.name : `${placeOf(parent)}.${element.name}`
}

/** The findings of a report of slither, one for each check and place. */
export function findingsOf({ results }: SlitherReport): Finding[] {
  const all = (results.detectors ?? []).map(({ check, description, elements }) => ({
    check,
    place: placeOf(elements[0]),
    description: description.trim().split('\n')[0] ?? '',
  }))
  return [...new Map(all.map((finding) => [`${finding.check} ${finding.place}`, finding])).values()]
}
