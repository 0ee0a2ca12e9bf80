"""The language stage: clean articles to tokens, trees and names."""
