import { bucketsOf } from '../../cabinets/buckets.ts'
import type { CabinetPolicy } from '../../cabinets/cabinetPolicy.ts'
import type { CabinetRecord } from '../../cabinets/cabinetRecord.ts'
import { formatFields } from '../fields.ts'

/** A cabinet for people and for programs: what it holds, and who may learn what. */
export function describeCabinet(record: CabinetRecord, { given }: { given?: number | undefined } = {}) {
  const { name, description, format, root, files, columns, rows, digest, addedAt, policy } = record
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const shown = {
    name,
    description,
    format,
    path: root,
    files: files.length,
    bytes,
    rows,
    columns,
    digest,
    addedAt,
  }
  const value = { ...shown, policy: policy ?? null, ...(given === undefined ? {} : { answersGiven: given }) }
  const text = formatFields({
    cabinet: name,
    about: description === '' ? undefined : description,
    data: `${rows} rows, ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${bytes} bytes, ${format}`,
    path: root,
    columns: columns.map((column) => `${column.name} (${column.type})`).join(', '),
    digest,
    added: addedAt,
    ...(policy === undefined ? { access: 'nobody; see `dim cabinet policy`' } : policyFields(policy)),
    'answers given': given === undefined ? undefined : `${given} in all`,
  })
  return { value, text }
}

function policyFields({ clients, models, filters, minGroup, budget, sandbox }: CabinetPolicy) {
  const { periodSeconds, perClient, total } = budget
  return {
    access: clients === 'anybody' ? 'anybody' : clients.join('\n') || 'nobody',
    models: Object.entries(models)
      .map(([key, model]) => `${key}: ${Object.keys(model.answers).join(', ')}`)
      .join('\n'),
    buckets: Object.entries(filters)
      .map(([column, filter]) => `${column}: ${bucketsOf(filter).join(', ')}`)
      .join('\n'),
    'least group': `${minGroup} rows`,
    budget: `${perClient} answers for a client, ${total} in all, in ${periodSeconds} seconds`,
    sandbox: sandbox === 'any' ? 'any, also a plain process' : 'container or bubblewrap',
  }
}
