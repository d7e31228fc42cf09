/** The sample functions of the demo: an ordinary account of a team. */

import type { LocalAws } from '../aws/local-aws'

/** For the workflow's `functions` input. */
export const DEMO_FUNCTIONS = ['shop-*', 'thumbnails']

export function seedDemo({ lambda, logs }: LocalAws): void {
  const library = lambda.layers.publish({ name: 'team-library' })
  const fonts = lambda.layers.publish({ name: 'fonts' })
  lambda.createFunction({
    name: 'shop-orders',
    variables: { TABLE: 'orders', DB_PASSWORD: 'demo-password-of-orders' },
    layers: [library, fonts],
    memoryMb: 512,
  })
  lambda.createFunction({
    name: 'shop-images',
    runtime: 'python3.13',
    architecture: 'arm64',
    memoryMb: 1024,
  })
  // Still has the alpha layer.
  lambda.createFunction({
    name: 'shop-search',
    layers: [fonts, lambda.layers.rotelArn({ alpha: true, version: 34 })],
    memoryMb: 256,
  })
  // Configured by an earlier run, see demo.ts.
  lambda.createFunction({ name: 'shop-payments', runtime: 'java21', memoryMb: 1024 })
  // The deployer's role may not decrypt its variables.
  lambda.createFunction({
    name: 'shop-ledger',
    variables: { SECRET: 'demo-secret-of-ledger' },
    environmentUnreadable: true,
  })
  // Has too little memory for the extension.
  lambda.createFunction({
    name: 'thumbnails',
    runtime: 'python3.12',
    memoryMb: 128,
    variables: { BUCKET: 'thumbnails' },
    handler: { memoryUsedMb: 124 },
  })
  // In a subnet without a route to ClickStack: the function works, but its telemetry does not arrive.
  lambda.createFunction({
    name: 'shop-returns',
    runtime: 'nodejs24.x',
    timeoutSeconds: 10,
    vpc: true,
    egressBlocked: true,
    variables: { QUEUE: 'returns' },
  })
  // Sends spans of its own SDK to Rotel.
  lambda.createFunction({
    name: 'shop-basket',
    architecture: 'arm64',
    logFormat: 'JSON',
    handler: { logs: ['basket opened'], sdk: { spans: ['GET /basket'] } },
  })
  lambda.createFunction({ name: 'shop-container', packageType: 'Image' })
  // For the estimate of what disabling CloudWatch Logs saves.
  logs.setIncomingBytes('/aws/lambda/shop-orders', GIGABYTE)
}

const GIGABYTE = 1024 ** 3
