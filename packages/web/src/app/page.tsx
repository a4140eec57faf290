const steps = [
  {
    command: 'npm start',
    says: 'brings up a local chain, two providers and three real models, and pays for one inference',
  },
  { command: 'npx dim model list', says: 'shows the models on the network and what they cost' },
  {
    command: 'npx dim run line-reader picture.png',
    says: 'reads the text in a picture, paid in USDC, with a receipt',
  },
]

export default function HomePage() {
  return (
    <main>
      <h1>The decentralised inference machine</h1>
      <p>
        Anybody publishes an ONNX model with a price. Anybody serves it. Anybody pays for an inference and
        gets a result that can be checked.
      </p>
      <p>In this version the command line does all of it; these pages will follow.</p>
      <ol>
        {steps.map(({ command, says }) => (
          <li key={command}>
            <code>{command}</code> {says}.
          </li>
        ))}
      </ol>
    </main>
  )
}
