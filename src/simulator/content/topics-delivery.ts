import type { Topic } from './topic'

export const deliveryTopics: readonly Topic[] = [
  {
    key: 'shipping',
    tag: 'shipping',
    team: 1,
    weight: 10,
    shape: 'wave',
    moodBias: -0.3,
    titles: ['Where is {order}?', 'Parcel not moving', 'Delivery to {city}', 'Late delivery'],
    openings: [
      'Order {order} should have been here on {date} and there is no sign of it.',
      'Tracking for {tracking} has not moved for a week.',
      'Can you change the delivery address of order {order} to {city}?',
      'My parcel is marked as delivered, but nobody here has received it.',
      'Do you ship the {device} to {city}, and what does express delivery cost?',
      'Customs is asking me for papers for order {order}.',
    ],
    details: [
      'Tracking number is {tracking}.',
      'We need the {device} for a trade fair.',
      'The neighbours have not seen anything either.',
      'I paid {amount} extra for express.',
      'The confirmation went to {email}.',
    ],
    followUps: [
      'The depot says that the label cannot be read.',
      'No card was left in my letter box.',
      'The new address is Mill Lane {digits}, {city}.',
      'It has just arrived, but the box is crushed on one side.',
      'Can you send a replacement by express at your cost?',
    ],
    answers: [
      'I have opened a search with the courier for {tracking}. They answer within two working days.',
      'Could you check with your neighbours and send me a photo of the place where parcels are usually left?',
      'The parcel left our warehouse on {date}. It has been held at the customs office since.',
      'Which street and postcode should I use for the new address?',
    ],
    solutions: [
      'The courier found the parcel in the {city} depot; it will be delivered tomorrow before noon.',
      'A replacement for {order} is on its way with number {tracking}. You can keep the first one if it turns up.',
      'The address has been changed. Follow the parcel here: [tracking page]({url}).',
      'Express to {city} is {amount} and takes two working days:\n- order before 14:00\n- choose "Express"\n- enter a phone number for the driver',
    ],
    notes: [
      'Courier lost three parcels from the same van, see the incident list.',
      "Address was wrong in the shop import, not the customer's fault.",
      'Claim filed with the insurer for {amount}.',
    ],
    ai: [
      'You can follow your parcel with the number from the shipping e-mail. Deliveries take 2-4 working days within Europe.',
      'The address can be changed until the parcel leaves the warehouse: open the order and choose "Edit delivery".',
    ],
  },
  {
    key: 'damaged',
    tag: 'defect',
    team: 1,
    weight: 5,
    shape: 'wave',
    moodBias: -0.6,
    titles: ['{device} broken', 'Defective {device}', 'Warranty for {order}', 'Replacement part'],
    openings: [
      'The {device} from order {order} arrived with a cracked housing.',
      'After three weeks the {device} no longer switches on.',
      'The {device} prints everything shifted by a few millimetres.',
      'Is the power supply of the {device} covered by the warranty?',
      'We got the wrong model: {order} was for the wireless version.',
    ],
    details: [
      'The red lamp blinks four times.',
      'The serial number is SN{digits}{digits}.',
      'I attached a photo of the damage.',
      'It worked fine until the latest firmware {version}.',
    ],
    followUps: [
      'I pressed the button for ten seconds, nothing happens.',
      'A different cable does not help either.',
      'Here is the picture you asked for: ![photo of the {device}]({image})',
      'We have a second {device} that works with the same cable.',
      'The test page is fine, so it must be the driver.',
    ],
    answers: [
      'Please hold the power button for ten seconds and tell me what the lamp does.',
      'Four blinks stand for a worn battery. Is the {device} still on firmware {version}?',
      'Could you send a photo of the label on the bottom?',
      'We reproduced the shifted print with firmware {version}; the engineers are on it.',
    ],
    solutions: [
      'A new {device} leaves today under {tracking}. Please put the old one into the same box, the label is inside.',
      'Installing firmware {version} cures it:\n- download it from [this page]({url})\n- copy it to a USB stick\n- switch on while holding the button',
      'The warranty runs until {date} and covers the power supply. The part is on its way.',
    ],
    notes: [
      'Batch from {month} has weak batteries, swap without discussion.',
      'Reproduced with firmware {version} on our own bench.',
    ],
    ai: [
      'A blinking lamp tells what is wrong: two blinks mean no paper, three an open lid, four a worn battery.',
      'All devices come with a warranty of two years from the day of delivery.',
    ],
  },
]
