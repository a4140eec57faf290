// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../contracts/interfaces/IJobEscrow.sol";
import {Protocol} from "./support/Protocol.sol";

// createJob with a word of the terms that its type cannot hold
// └── whichever word it is → reverts: no client could sign it, no reader of the event could decode it
contract TermsOutOfRangeTest is Protocol {
    uint256 private constant WORDS = 14;
    uint256 private constant SELECTOR = 4;

    function test_CreateJob_WhenAWordIsOutOfRange() external {
        depositFor(client, PRICE);
        bytes memory data = abi.encodeCall(escrow.createJob, (jobParams(), ""));
        for (uint256 word = 0; word < WORDS; ++word) {
            if (isFullWord(word)) continue;
            vm.prank(client.addr);
            (bool opened,) = address(escrow).call(withHighBit(data, word));
            assertFalse(opened, string.concat("word ", vm.toString(word)));
        }
        vm.prank(client.addr);
        (bool openedAsItIs,) = address(escrow).call(data);
        assertTrue(openedAsItIs, "the terms as they are");
    }

    /// @dev modelKey, inputCommit, inputRef and groupId are 32 bytes each.
    function isFullWord(uint256 word) private pure returns (bool) {
        return (word >= 2 && word <= 4) || word == 12;
    }

    function withHighBit(bytes memory data, uint256 word) private pure returns (bytes memory changed) {
        changed = bytes.concat(data);
        changed[SELECTOR + word * 32] |= 0x80;
    }
}
