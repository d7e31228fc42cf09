/** The sample functions of the demo: what a team's account looks like on an ordinary day. */

import type { LocalAws } from '../aws/local-aws'

/** For the workflow's `functions` input. */
export const DEMO_FUNCTIONS = ['shop-*', 'thumbnails']

export function seedDemo({ lambda }: LocalAws): void {
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
  // Has carried the alpha layer since spring.
  lambda.createFunction({
    name: 'shop-search',
    layers: [fonts, lambda.layers.rotelArn({ alpha: true, version: 34 })],
    memoryMb: 256,
  })
  // Was set up by an earlier run, see demo.ts.
  lambda.createFunction({ name: 'shop-payments', runtime: 'java21', memoryMb: 1024 })
  // The deployer's role may not decrypt its variables.
  lambda.createFunction({
    name: 'shop-ledger',
    variables: { SECRET: 'demo-secret-of-ledger' },
    environmentUnreadable: true,
  })
  // Its memory does not hold the extension too.
  lambda.createFunction({
    name: 'thumbnails',
    runtime: 'python3.12',
    memoryMb: 128,
    variables: { BUCKET: 'thumbnails' },
    handler: { memoryUsedMb: 124 },
  })
  // Sits in a subnet without a route to ClickStack: it works, and nothing of it ever arrives.
  lambda.createFunction({
    name: 'shop-returns',
    runtime: 'nodejs24.x',
    timeoutSeconds: 10,
    vpc: true,
    egressBlocked: true,
    variables: { QUEUE: 'returns' },
  })
  // Sends spans of its own SDK through Rotel.
  lambda.createFunction({
    name: 'shop-basket',
    architecture: 'arm64',
    logFormat: 'JSON',
    handler: { logs: ['basket opened'], sdk: { spans: ['GET /basket'] } },
  })
  lambda.createFunction({ name: 'shop-container', packageType: 'Image' })
}
