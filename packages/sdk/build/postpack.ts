import { rename } from 'node:fs/promises'

const at = (name: string) => new URL(`../${name}`, import.meta.url)

await rename(at('package.source.json'), at('package.json'))
