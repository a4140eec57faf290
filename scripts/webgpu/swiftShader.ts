import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { env, getuid } from 'node:process'

const icd = '/usr/lib/chromium/vk_swiftshader_icd.json'
const loaders = ['x86_64', 'aarch64'].map((arch) => `/usr/lib/${arch}-linux-gnu/libvulkan.so.1`)

export type SwiftShader = { environment: Readonly<Record<string, string>> }

const missing = (): string[] => [
  ...(existsSync(icd) ? [] : ['chromium']),
  ...(loaders.some((path) => existsSync(path)) ? [] : ['libvulkan1']),
]

/** The variables that lead WebGPU to the Vulkan of Debian's chromium, which needs no graphics card; else why there is none. */
export function findSwiftShader(): SwiftShader | string {
  install(missing())
  const still = missing()
  if (still.length > 0) return `${still.join(' and ')} of Debian is not installed`
  return { environment: { VK_ICD_FILENAMES: icd, XDG_RUNTIME_DIR: '/tmp' } }
}

function install(packages: readonly string[]): void {
  if (packages.length === 0 || getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  console.log(`installing ${packages.join(' and ')} …`)
  const options = { stdio: 'ignore', env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } } as const
  spawnSync('apt-get', ['update', '-q'], options)
  const { status } = spawnSync(
    'apt-get',
    ['install', '-y', '-q', '--no-install-recommends', ...packages],
    options,
  )
  if (status !== 0) console.log(`apt-get install ${packages.join(' ')} ended with ${status}`)
}
