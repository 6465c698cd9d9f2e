"""The words of default persona names: 256 adjectives and 256 nouns, so that one byte picks each.

Rules: all 512 differ, are lower case ASCII, and can be said to a child or a judge. The order is part of every name that
exists: words are never added, removed or moved.
"""

from __future__ import annotations

from prometheus.model.frozen import Final

_ADJECTIVES = (
    "able active adept agile airy alert amber ample apt arctic artful astute autumn avid azure balmy "
    "beaming blithe blooming blue bold bonny bouncy brave breezy bright brisk bronze bubbly buoyant busy "
    "calm candid caring cheerful cheery chirpy classic clean clear clever coastal cobalt comfy copper "
    "coral cordial cosmic cosy creamy crimson crisp curious curly dainty dandy dapper daring dashing "
    "dawning deft devoted dewy distant dreamy dulcet eager early earnest earthy easy elegant elfin ember "
    "emerald eminent epic fabled fair faithful famed fancy fearless festive fine firm fleet floral fluent "
    "fluffy fond frank free fresh friendly frosty fruity gallant gentle genuine giddy gifted glad "
    "gleaming glossy glowing golden good graceful grand grateful green handy happy hardy hazel hearty "
    "heroic honest hopeful humble icy ideal indigo inland ivory jade jaunty jazzy jolly jovial joyful "
    "jubilant keen kind kindly lavender leafy level light lilac limber little lively lofty loyal lucent "
    "lucid lucky lunar magic marine maroon mellow merry mighty mild minty misty modest mossy musical "
    "native neat nimble noble northern olive opal open orange orderly patient peaceful pearly peppy perky "
    "placid playful plucky plush polar polite prime proud prudent punctual pure purple quaint quick quiet "
    "radiant rapid ready regal relaxed robust rosy ruby russet rustic sage sandy sapphire scarlet sedate "
    "serene shady shiny silent silken silver simple sincere sleek smart smiling smooth snowy snug "
    "sociable soft solar solid sonic southern spry stable starry steady stellar sturdy subtle sunlit "
    "sunny supple sure swift tactful tall tawny teal tender thankful thrifty tidy tranquil trim true "
    "trusty upbeat upright urbane valiant velvet "
)
_NOUNS = (
    "acorn alder almond anchor antler apple apricot arbor arch aspen aster atlas atoll aurora avocet "
    "badger balloon bamboo banjo barley basil basin bay beach beacon bear beaver beech bell berry birch "
    "bison bloom bluff boat bobcat breeze bridge brook button cabin cactus camel canary candle canoe "
    "canyon caribou carrot castle cat cello chestnut chime cliff cloud clover coast cobble comet compass "
    "condor cone cottage cove crane creek cricket crocus crow crystal cypress daisy dale deer delta dingo "
    "dolphin dove dragon drum dune eagle echo egret elk elm falcon fawn feather fern ferry fiddle field "
    "fig finch fir fjord flame flax flute foal forest fountain fox frog galaxy garden garnet gazelle "
    "gecko geyser ginger glacier glade glen goose gorge granite grove gull hamlet harbour hare harp haven "
    "hawk heath hedge heron hill holly horizon horse ibex ibis inlet iris island ivy jackdaw jasmine jay "
    "jetty juniper kestrel kettle kite kiwi koala lagoon lake lantern larch lark laurel leaf ledge lemon "
    "leopard lily linden linnet lion llama lotus lynx magpie mango marble marigold marmot marsh marten "
    "meadow melon mesa meteor mill mint moon moose moth mountain mulberry myrtle nebula nest newt nutmeg "
    "oak oasis ocean orbit orchard orchid oriole osprey otter owl oyster paddle panda pansy parrot peach "
    "peak pear pebble pelican penguin petal pheasant piano pine planet plateau plover plum pond poppy "
    "prairie puffin pumpkin quail quartz quill rabbit raft rainbow raven reed reef ridge river robin "
    "rocket rose rowan sail salmon seal shell shore sparrow spring spruce squirrel star stone stork "
    "stream summit sunrise swallow swan "
)

ADJECTIVES: Final = tuple(_ADJECTIVES.split())
NOUNS: Final = tuple(_NOUNS.split())
