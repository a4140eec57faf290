// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPaymentChannels} from "../../../contracts/interfaces/IPaymentChannels.sol";
import {TestUSDC} from "../../../contracts/mocks/TestUSDC.sol";
import {PaymentChannels} from "../../../contracts/PaymentChannels.sol";
import {Shares} from "./Shares.sol";

/// @notice What of a receiver's earnings is the protocol's, for all rates of a deployment, earnings and withdrawals.
/// @dev A receiver's books are assumed to be as a withdrawal leaves them and claims then add to them: what was paid out
/// and the fee taken are together at most what had been earned by then, and the fee was its rate of that.
contract ChannelFees is Shares {
    uint16 private constant MAX_FEE_BPS = 500;

    PaymentChannels private channels;
    uint16 private rate;

    function setUp() public {
        rate = uint16(svm.createUint(16, "feeBps"));
        vm.assume(rate <= MAX_FEE_BPS);
        TestUSDC token = new TestUSDC();
        PaymentChannels.Parameters memory parameters =
            PaymentChannels.Parameters(address(token), address(0x0e), address(0x60), rate, 1 minutes, 30 days);
        channels = PaymentChannels(deploy("PaymentChannels.sol:PaymentChannels", abi.encode(parameters)));
        svm.enableSymbolicStorage(address(channels));
        svm.enableSymbolicStorage(address(token));
    }

    function check_withdraw_feeIsTheRateOfAllThatWasEverEarned(address to, uint256 amount) external {
        withdraw(to, amount);
        IPaymentChannels.Earnings memory books = channels.earningsOf(address(this));
        assert(books.feeTaken == shareOf(books.everEarned, rate));
    }

    function check_withdraw_paysWhatWasAskedAndNoMore(address to, uint256 amount) external {
        IPaymentChannels.Earnings memory before = channels.earningsOf(address(this));
        withdraw(to, amount);
        IPaymentChannels.Earnings memory books = channels.earningsOf(address(this));
        assert(books.paidOut == before.paidOut + amount && books.everEarned == before.everEarned);
    }

    function check_withdraw_payoutsAndFeeAreAtMostTheEarnings(address to, uint256 amount) external {
        withdraw(to, amount);
        IPaymentChannels.Earnings memory books = channels.earningsOf(address(this));
        assert(uint256(books.paidOut) + books.feeTaken <= books.everEarned);
    }

    function check_withdraw_feeTakenNeverShrinks(address to, uint256 amount, uint96 earlier) external {
        IPaymentChannels.Earnings memory before = assumeBooks(earlier);
        withdraw(to, amount);
        assert(channels.earningsOf(address(this)).feeTaken >= before.feeTaken);
    }

    function check_withdrawable_isThereWhateverIsEarnedLater(uint96 earlier) external view {
        IPaymentChannels.Earnings memory books = assumeBooks(earlier);
        try channels.withdrawable(address(this)) returns (uint256 amount) {
            assert(amount + books.paidOut + shareOf(books.everEarned, rate) == books.everEarned);
        } catch {
            assert(false);
        }
    }

    function refute_withdraw_isFree(address to, uint256 amount) external {
        withdraw(to, amount);
        assert(channels.earningsOf(address(this)).feeTaken == 0);
    }

    function withdraw(address to, uint256 amount) private {
        vm.assume(isAtMostTheAmount(channels.earningsOf(address(this)).everEarned, rate));
        channels.withdraw(to, amount);
    }

    function assumeBooks(uint96 earlier) private view returns (IPaymentChannels.Earnings memory books) {
        books = channels.earningsOf(address(this));
        vm.assume(earlier <= books.everEarned && books.feeTaken == shareOf(earlier, rate));
        vm.assume(uint256(books.paidOut) + books.feeTaken <= earlier);
        vm.assume(isAtMostTheAmount(books.everEarned, rate));
        vm.assume(isDividedBack(books.everEarned, rate));
        vm.assume(growsWithTheAmount(earlier, books.everEarned, rate));
        vm.assume(growsByAtMostTheDifference(earlier, books.everEarned - earlier, rate));
    }
}
