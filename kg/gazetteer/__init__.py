"""What the program knows by name: people, countries, organizations, places and the words made from them."""
