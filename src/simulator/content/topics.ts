import { accessTopics } from './topics-access'
import { deliveryTopics } from './topics-delivery'
import { moneyTopics } from './topics-money'
import { platformTopics } from './topics-platform'
import { productTopics } from './topics-product'

/** A topic names its team by its place in this list. */
export const teamNames = [
  'Billing',
  'Orders & Shipping',
  'Account Access',
  'Platform & API',
  'Mobile Apps',
  'Customer Success',
  'Trust & Privacy',
] as const

/** Every subject customers write about; a topic's number is its place here. */
export const topics = [
  ...moneyTopics,
  ...deliveryTopics,
  ...accessTopics,
  ...platformTopics,
  ...productTopics,
]
