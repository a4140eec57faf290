import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto } from 'onnx-buf'

/** Every graph of a model: the main one and those inside of nodes, in functions too. */
export function* allGraphs(model: ModelProto): Generator<GraphProto> {
  if (model.graph !== undefined) yield* graphsOf(model.graph)
  for (const node of model.functions.flatMap((fn) => fn.node)) yield* innerGraphs(node)
}

/** Every node of a model, wherever it stands. */
export function* allNodes(model: ModelProto): Generator<NodeProto> {
  for (const graph of allGraphs(model)) yield* graph.node
  for (const fn of model.functions) yield* fn.node
}

/** Every constant of a model: initializers, sparse ones, and attributes of nodes. */
export function* allTensors(model: ModelProto): Generator<TensorProto> {
  for (const graph of allGraphs(model)) {
    yield* graph.initializer
    for (const { values, indices } of graph.sparseInitializer) yield* defined([values, indices])
  }
  for (const node of allNodes(model)) {
    for (const attribute of node.attribute) yield* tensorsOf(attribute)
  }
}

function* graphsOf(graph: GraphProto): Generator<GraphProto> {
  yield graph
  for (const node of graph.node) yield* innerGraphs(node)
}

function* innerGraphs(node: NodeProto): Generator<GraphProto> {
  for (const attribute of node.attribute) {
    for (const graph of defined([attribute.g, ...attribute.graphs])) yield* graphsOf(graph)
  }
}

function tensorsOf(attribute: AttributeProto): TensorProto[] {
  const sparse = defined([attribute.sparseTensor, ...attribute.sparseTensors])
  return defined([
    attribute.t,
    ...attribute.tensors,
    ...sparse.flatMap(({ values, indices }) => [values, indices]),
  ])
}

const defined = <T>(items: readonly (T | undefined)[]): T[] => items.filter((item) => item !== undefined)
