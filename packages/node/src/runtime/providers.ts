export type ExecutionProvider = 'cpu' | 'coreml' | 'webgpu' | 'cuda'
