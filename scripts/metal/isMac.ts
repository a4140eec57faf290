/** The engine's binary for macOS, with CoreML and Metal in it, is for Apple silicon only. */
export const isMac = ({ platform, arch }: { platform: string; arch: string }): boolean =>
  platform === 'darwin' && arch === 'arm64'
