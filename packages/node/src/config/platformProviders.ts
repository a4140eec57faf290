export const executionProviderNames = ['cpu', 'coreml', 'webgpu', 'cuda', 'directml'] as const

/** What a machine of this kind may have, the preferred one first; each is tried before it is used, and the CPU is always there. */
export function platformProviders(platform: NodeJS.Platform): (typeof executionProviderNames)[number][] {
  switch (platform) {
    case 'darwin':
      return ['coreml', 'webgpu', 'cpu']
    case 'win32':
      return ['directml', 'cpu']
    case 'linux':
      return ['cuda', 'cpu']
    default:
      return ['cpu']
  }
}
